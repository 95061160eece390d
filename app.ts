import type { Server } from 'node:http';
import type { Application, IBoot } from 'egg';
import { sleep } from './app/lib/async/sleep';
import { setUpConsole } from './app/boot/consoleSetup';
import { drain } from './app/boot/drain';
import { logRequests } from './app/boot/logRequests';
import { takeFastPath } from './app/boot/eggFastPath';
import { ERASURE_BEGUN } from './app/lib/erasure/document';
import { RULES_SEEN } from './app/lib/reply/ruleCache';
import { APPS_SEEN } from './app/lib/wechat/storedApps';
import { loadCustomModels, withCustomControllers } from './app/custom/load';

/** Milliseconds that a stop waits for unwritten console lists and for counted scans, in case the database is away. */
const LISTS_TIMEOUT_MS = 1_000;

/** A worker's life: connect, serve, drain. */
export default class AppBoot implements IBoot {
  private server?: Server;

  constructor(private readonly app: Application) {
    logRequests(app);
    app.on('server', (server: Server) => {
      this.server = server;
      // A client that sends its request drop by drop cannot hold a connection for ever. A proxy that keeps connections
      // open closes them before we do.
      server.requestTimeout = 30_000;
      server.keepAliveTimeout = 65_000;
      server.headersTimeout = 20_000;
    });
  }

  configDidLoad(): void {
    // Egg's own middlewares would parse bodies, and answer 404 and errors in other shapes: config.middleware replaces
    // them.
    this.app.config.coreMiddleware = [];
    withCustomControllers(this.app);
    const { mongoose } = this.app;
    // Services build filters from values that the route's schema has made scalars; sanitizeFilter would disable the
    // operators in them.
    mongoose.set({ strictQuery: 'throw', bufferCommands: false });
    // egg-mongoose sets the same name when it connects by itself.
    this.app.mongooseDB = mongoose.connection;
    // Begins to connect while the rest is still being loaded.
    void this.app.databaseStart;
  }

  async didLoad(): Promise<void> {
    if (this.app.environment.eggFastPath) takeFastPath(this.app);
  }

  async willReady(): Promise<void> {
    loadCustomModels(this.app);
    await this.app.databaseStart.settle();
  }

  async didReady(): Promise<void> {
    const { app } = this;
    app.metricsExchange.start();
    app.messenger.on(ERASURE_BEGUN, () => {
      app.recentSessions.forget();
      app.erasures.refresh().catch(() => undefined);
    });
    setUpConsole(app);
    app.messenger.on(APPS_SEEN, fingerprint => void app.storedApps.heardOf(fingerprint as string));
    app.messenger.on(RULES_SEEN, fingerprint => void app.rules.heardOf(fingerprint as string));
    // Before the first connection there is nothing that could be sent.
    void app.databaseStart.connected.then(connected => {
      if (!connected || app.databaseConnection.closed) return;
      app.keeping.start();
      const { wechat, webhook, listener } = app.outboxLoops;
      wechat.start();
      if (app.environment.webhook) webhook.start();
      if (app.eventListeners.listening) listener.start();
    });
  }

  async beforeClose(): Promise<void> {
    const { app } = this;
    app.database.stop();
    app.databaseClock.stop();
    app.pushNotes.stop();
    for (const limiter of [app.loginLimiter, app.userLimiter]) limiter.stop();
    app.keeping.streams.stop();
    // Stops sending at once: Egg's master gives a worker 5 s in all. A message that takes longer ends as unknown.
    const loops = Object.values(app.outboxLoops);
    await Promise.all([drain(this.server), Promise.race([Promise.all([...loops.map(loop => loop.stop()), app.jobs.stop()]), sleep(3_500)])]);
    await Promise.race([Promise.all([app.keeping.stop(), app.scans.flush()]), sleep(LISTS_TIMEOUT_MS)]);
    for (const spool of [app.spool, app.imSpool]) await spool.seal().catch(error => app.logger.error(error));
    app.wechatClient.close();
    app.messageClient.close();
    app.webhookClient.close();
    app.imApi.close();
    await app.databaseConnection.close();
  }
}
