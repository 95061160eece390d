import type { Application } from 'egg';

/** Runs once in each worker while it starts. */
export default (app: Application) => {
  // Whoever writes "memo: buy milk" to the mini-program's customer service finds it among the memos.
  app.hub.on('message.received', async ({ id, data }) => {
    const text = /^memo[:：]\s*(.+)$/is.exec(String(data.content ?? ''))?.[1];
    // An event may be told twice: its id makes the memo the same one.
    if (text) await app.createAnonymousContext().service.memo.add(data, text, id);
  });
};
