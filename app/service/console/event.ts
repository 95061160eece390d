import { Service } from 'egg';
import type { StreamSession } from '../../lib/news/streams';
import type { AdminDocument } from '../../lib/console/administrators';
import type { ConsoleSessionDocument } from '../../model/consoleSession';

/** The session of a listener. */
export default class ConsoleEventService extends Service {
  /** The sessions that are unchanged: one query for all of them. */
  async living(streams: StreamSession[]): Promise<Set<string>> {
    const { Admin, ConsoleSession } = this.ctx.model;
    const [sessions, admins] = await Promise.all([
      ConsoleSession.find({ _id: { $in: [...new Set(streams.map(({ session }) => session))] } }).lean<ConsoleSessionDocument[]>(),
      Admin.find({ _id: { $in: [...new Set(streams.map(({ name }) => name))] } }, { version: 1, role: 1 }).lean<Array<Pick<AdminDocument, '_id' | 'version' | 'role'>>>(),
    ]);
    const now = new Date();
    const known = new Map(sessions.filter(({ expiresAt }) => expiresAt > now).map(({ _id, version }) => [_id, version]));
    const people = new Map(admins.map(({ _id, version, role }) => [_id, { version, role }]));
    const lives = ({ session, name, role }: StreamSession) => known.has(session) && people.get(name)?.version === known.get(session) && people.get(name)?.role === role;
    return new Set(streams.filter(lives).map(({ session }) => session));
  }
}
