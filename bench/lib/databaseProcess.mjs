// The embedded database as a process of its own: node databaseProcess.mjs <packages/embedded-mongodb/index.js> <directory>
import { createRequire } from 'node:module';

const [, , embedded, dir] = process.argv;
const { startEmbedded } = createRequire(import.meta.url)(embedded);
const database = await startEmbedded({ dir, port: 0 });
const close = () => database.close().then(() => process.exit(0));
process.once('SIGTERM', close);
process.once('disconnect', close);
process.send({ url: database.url() });
