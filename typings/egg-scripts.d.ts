declare module 'egg-scripts' {
  import type { ChildProcess } from 'node:child_process';

  class StartCommand {
    constructor(argv: string[]);
    logger: { info(...args: unknown[]): void };
    child: ChildProcess;
    run(context: unknown): Promise<void>;
    start(): Promise<void>;
  }
  const eggScripts: { StartCommand: typeof StartCommand };
  export = eggScripts;
}
