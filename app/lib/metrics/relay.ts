/** The methods that are needed of Egg's messenger. */
export interface Messenger {
  on(action: string, listener: (data: unknown) => void): unknown;
  sendToAgent(action: string, data: unknown): unknown;
  sendToApp(action: string, data: unknown): unknown;
  sendTo(pid: number, action: string, data: unknown): unknown;
}

/** A question to all workers. */
export interface Question {
  id: string;
  /** The worker that asks. */
  pid: number;
}

export const ASK = 'metrics-ask';
export const TELL = 'metrics-tell';

/**
 * The agent's part: it knows which workers there are, and passes the question on to them. Called once, before the
 * workers start.
 */
export function relayMetricsQuestions(messenger: Messenger): void {
  let workers: number[] = [];
  messenger.on('egg-pids', pids => { workers = (pids as Array<string | number>).map(Number); });
  messenger.on(ASK, question => messenger.sendToApp(TELL, { ...question as Question, workers }));
}
