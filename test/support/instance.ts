import type { TestApp } from './app';
import { until } from './until';

/**
 * During `work` another instance gives signs of life, and reports that everything it received before `mark` is in the
 * database.
 * @param work may report further progress of the other
 */
export async function withAnotherInstance(hub: TestApp, mark: Date, work: (further: (mark: Date) => void) => Promise<void>): Promise<void> {
  const { Instance } = hub.app.model;
  let marked = mark;
  const sign = () => Instance.updateOne({ _id: 'another' }, { $set: { mark: marked }, $currentDate: { at: true } }, { upsert: true }).exec();
  let signed: Promise<unknown> = sign();
  const signs = setInterval(() => { signed = sign(); }, 250);
  try {
    await until(() => hub.app.instances.horizon(), horizon => horizon < Date.now() * 1000);
    await work(further => { marked = further; });
  } finally {
    clearInterval(signs);
    await signed;
    await Instance.deleteMany({});
    await until(() => hub.app.instances.horizon(), horizon => horizon === Infinity);
  }
}
