// The usual stack: Koa, co-wechat, a Mongoose model.
import Koa from 'koa';
import mongoose from 'mongoose';
import wechat from 'co-wechat';

const { BENCH_APPID, BENCH_TOKEN, BENCH_AES_KEY, BENCH_DATABASE } = process.env;

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
}, { collection: 'koa', versionKey: false }));
await Message.init();

const app = new Koa();
app.use(wechat({ token: BENCH_TOKEN, appid: BENCH_APPID, encodingAESKey: BENCH_AES_KEY }).middleware(async message => {
  await Message.create({
    _id: `${BENCH_APPID}:${message.FromUserName}:${message.MsgId}`,
    appid: BENCH_APPID,
    openid: message.FromUserName,
    type: message.MsgType,
    content: message.Content,
    payload: message,
    createTime: new Date(Number(message.CreateTime) * 1000),
    receivedAt: new Date(),
  });
  // The empty answer: co-wechat would encrypt any other one.
  return '';
}));
const server = app.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
process.once('SIGTERM', () => process.exit(0));
process.once('disconnect', () => process.exit(0));
