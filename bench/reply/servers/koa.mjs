// The usual stack: the reply goes out by co-wechat-api before the push is answered, and is not stored.
import WechatAPI from 'co-wechat-api';
import { serveKoaPushes } from '../../lib/servers/koaPushes.mjs';

const { BENCH_WECHAT, BENCH_APPID, BENCH_SECRET } = process.env;
const api = new WechatAPI(BENCH_APPID, BENCH_SECRET);
api.prefix = `${BENCH_WECHAT}/cgi-bin/`;

await serveKoaPushes(async message => {
  await api.sendText(message.FromUserName, `收到：${message.Content}`);
});
