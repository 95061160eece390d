import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '../../app/boot/precheck';

/** An embedded database in a process of its own, as any other server is. */
export class DatabaseProcess {
  private constructor(private readonly child: ChildProcess, readonly url: string) {}

  /**
   * @param dir of its files
   * @param port a free one when left out; no outgoing connection is given it while the database is away
   * @param shift milliseconds by which its clock is ahead
   */
  static async start(dir: string, { port, shift = 0 }: { port?: number; shift?: number } = {}): Promise<DatabaseProcess> {
    const child = fork(__filename, [dir, String(port ?? await freePort()), String(shift)], { execArgv: [] });
    const [url] = await Promise.race([once(child, 'message'), once(child, 'exit').then(([code]) => { throw new Error(`the database ended: ${code}`); })]) as [string];
    return new DatabaseProcess(child, url);
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    this.child.kill('SIGTERM');
    await once(this.child, 'exit');
  }
}

/** Sets the clock of this process. */
function shiftClock(shift: number): void {
  const Real = Date;
  globalThis.Date = class extends Real {
    constructor(...given: [number]) {
      super(...(given.length > 0 ? given : [Real.now() + shift]) as [number]);
    }

    static override now(): number {
      return Real.now() + shift;
    }
  } as DateConstructor;
}

async function serve([dir, port, shift]: string[]): Promise<void> {
  if (Number(shift) !== 0) shiftClock(Number(shift));
  const { startEmbedded } = await import('@weapp-hub/embedded-mongodb');
  const database = await startEmbedded({ dir, port: Number(port) });
  const end = () => void database.close().then(() => process.exit(0));
  process.once('SIGTERM', end);
  process.once('disconnect', end);
  process.send?.(database.url('weapp_hub'));
}

if (require.main === module) void serve(process.argv.slice(2));
