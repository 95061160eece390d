// The usual stack: Koa, co-wechat, a Mongoose model.
import { createServer } from 'node:http';
import Koa from 'koa';
import mongoose from 'mongoose';
import wechat from 'co-wechat';
import { listen } from './http.mjs';
import { toDocument } from './pushes.mjs';

const { BENCH_APPID, BENCH_TOKEN, BENCH_AES_KEY, BENCH_DATABASE } = process.env;

/**
 * Serves pushes, each stored by a model's `create`.
 * @param {(message: object) => Promise<void>} [then] work before the answer
 */
export async function serveKoaPushes(then) {
  await mongoose.connect(BENCH_DATABASE, { maxPoolSize: 16, writeConcern: { w: 'majority', journal: true } });
  const Message = mongoose.model('Message', new mongoose.Schema({
    _id: String,
    appid: String,
    openid: String,
    type: String,
    content: String,
    payload: mongoose.Schema.Types.Mixed,
    createTime: Date,
    receivedAt: Date,
  }, { collection: 'messages', versionKey: false }));
  await Message.init();
  const app = new Koa();
  app.use(wechat({ token: BENCH_TOKEN, appid: BENCH_APPID, encodingAESKey: BENCH_AES_KEY }).middleware(async message => {
    await Message.create(toDocument(message));
    await then?.(message);
    // The empty answer: co-wechat would encrypt any other one.
    return '';
  }));
  listen(createServer(app.callback()));
}
