/** The methods that are needed of Egg's messenger. */
interface Messenger {
  on(action: string, listener: (data: unknown) => void): unknown;
  sendToAgent(action: string, data: unknown): unknown;
}

interface Logger {
  info(text: string): void;
  warn(text: string): void;
  error(text: string): void;
}

/** Something that every worker of an instance notices at about the same time. */
export interface Notice {
  /** Its kind: one line per kind and minute is logged. */
  about: string;
  level: 'info' | 'warn' | 'error';
  text: string;
  /** Logged only when there was a line of that kind since the last time. */
  after?: string;
  /** Whether one line is enough for as long as the instance runs. */
  once?: boolean;
}

const ACTION = 'instance-notice';
const SELDOM_MS = 60_000;

/** The workers' part: reports something for which one line per instance is enough. */
export function notify(messenger: Messenger, notice: Notice): void {
  messenger.sendToAgent(ACTION, notice);
}

/** The agent's part: writes the lines. @param now milliseconds on a clock that never jumps */
export function logNotices(messenger: Messenger, logger: Logger, now = () => performance.now()): void {
  const logged = new Map<string, number>();
  const told = new Set<string>();
  messenger.on(ACTION, data => {
    const { about, level, text, after, once } = data as Notice;
    if (once && logged.has(about)) return;
    if (after !== undefined && !told.delete(after)) return;
    if (after === undefined && now() - (logged.get(about) ?? -Infinity) < SELDOM_MS) return;
    logged.set(about, now());
    told.add(about);
    logger[level](text);
  });
}
