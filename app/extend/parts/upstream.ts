import type { Application } from 'egg';
import { WechatClient } from '../../lib/wechat/client';
import { Metrics } from '../../lib/metrics/metrics';
import { one } from './one';

export const metrics = one(() => {
  const made = new Metrics();
  made.collectNode();
  return made;
});
export const upstream = (app: Application, base: string, maxSockets?: number) => new WechatClient({
  base, maxSockets, observe: (path, seconds) => metrics(app).upstreamSeconds.observe({ path }, seconds),
});
