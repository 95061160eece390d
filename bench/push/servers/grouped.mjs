// Pushes that arrive while an insert is under way share the next one.
import { openDatabase } from '../../lib/servers/database.mjs';
import { servePushes } from '../../lib/servers/pushes.mjs';

const messages = (await openDatabase()).collection('messages');
let waiting = [];
let busy = false;

async function pump() {
  if (busy) return;
  busy = true;
  while (waiting.length > 0) {
    const group = waiting;
    waiting = [];
    try {
      await messages.insertMany(group.map(({ document }) => document), { ordered: false });
      for (const { resolve } of group) resolve();
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }
  busy = false;
}

servePushes(document => new Promise((resolve, reject) => {
  waiting.push({ document, resolve, reject });
  setImmediate(pump);
}));
