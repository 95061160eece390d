import type { Application } from 'egg';

/** Runs once in each worker while it starts. */
export default (app: Application) => {
  // Whoever writes "note: buy milk" to the mini-program's customer service finds it among the notes.
  app.hub.on('message.received', async ({ id, data }) => {
    const text = /^note[:：]\s*(.+)$/is.exec(String(data.content ?? ''))?.[1];
    // An event may be told twice: its id makes the note the same one.
    if (text) await app.createAnonymousContext().service.note.add(data, text, id);
  });
};
