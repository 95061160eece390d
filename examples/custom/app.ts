import type { Application } from 'egg';

/** Runs once in each worker while it starts. */
export default (app: Application) => {
  // A message "memo: buy milk" to the mini-program's customer service becomes a memo of its sender.
  app.hub.on('message.received', async ({ id, data }) => {
    const text = /^memo[:：]\s*(.+)$/is.exec(String(data.content ?? ''))?.[1];
    // An event may be delivered twice: its id makes the memo the same one.
    if (text) await app.createAnonymousContext().service.memo.add(data, text, id);
  });
};
