// A server with several workers: node clusterProcess.mjs <its file> <workers>. Sends its port when all are listening.
import cluster from 'node:cluster';

const [, , exec, workers] = process.argv;
cluster.setupPrimary({ exec });
let listening = 0;
for (let index = 0; index < Number(workers); index++) {
  cluster.fork().on('message', message => {
    if (message.port && ++listening === Number(workers)) process.send(message);
  });
}
cluster.on('exit', (_worker, code) => process.exit(code ?? 1));
const end = () => {
  cluster.removeAllListeners('exit');
  cluster.disconnect(() => process.exit(0));
};
process.once('SIGTERM', end);
process.once('disconnect', end);
