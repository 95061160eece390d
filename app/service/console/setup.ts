import { Service } from 'egg';
import { hashPassword } from '../../lib/console/password';
import { newToken, tokenHash } from '../../lib/crypto/token';
import type { SetupLinkDocument } from '../../model/consoleSetup';

const LINK_MS = 24 * 3_600_000;

/** The way to the first administrator. */
export default class SetupService extends Service {
  /**
   * When there is no administrator: creates the one of the variables or, when they name no password, a one-time link.
   * @return the token of the link; undefined when none is needed
   */
  async begin(): Promise<string | undefined> {
    const { administrators, environment: { admin: { username, password } } } = this.app;
    if (await administrators.exist()) return undefined;
    if (password !== undefined) {
      const passwordHash = await hashPassword(password);
      await this.ctx.service.audit.record({ who: 'system', action: 'admin.setup', target: username });
      await administrators.createFirst(username, passwordHash);
      return undefined;
    }
    const token = newToken();
    await this.ctx.model.ConsoleSetup.create({ _id: linkId(token), expiresAt: new Date(Date.now() + LINK_MS) });
    return token;
  }

  /** Whether a link of this token may still be used. */
  async isValid(token: string): Promise<boolean> {
    const link = await this.ctx.model.ConsoleSetup.findById(linkId(token)).lean<SetupLinkDocument>();
    return link !== null && link.expiresAt > new Date();
  }

  /** Ends all links, because there is an administrator. */
  async endLinks(): Promise<void> {
    await this.ctx.model.ConsoleSetup.deleteMany({ expiresAt: { $gt: new Date(0) } });
  }
}

function linkId(token: string): string {
  return `link:${tokenHash(token)}`;
}
