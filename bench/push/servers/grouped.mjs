// What arrives while an insert is under way makes the next one.
import { openCollection, serve } from './plain.mjs';

const collection = await openCollection('grouped');
let waiting = [];
let busy = false;

async function pump() {
  if (busy) return;
  busy = true;
  while (waiting.length > 0) {
    const group = waiting;
    waiting = [];
    try {
      await collection.insertMany(group.map(({ document }) => document), { ordered: false });
      for (const { resolve } of group) resolve();
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }
  busy = false;
}

serve(document => new Promise((resolve, reject) => {
  waiting.push({ document, resolve, reject });
  setImmediate(pump);
}));
