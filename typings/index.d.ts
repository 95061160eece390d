import 'egg';
import type { Connection, Mongoose } from 'mongoose';

declare module 'egg' {
  interface Application {
    model: IModel;
    mongoose: Mongoose;
    mongooseDB: Connection;
  }

  interface Context {
    model: IModel;
  }

  interface IMiddleware {
    /** The type of egg-static's configuration. */
    static(options: object, app: Application): (ctx: Context, next: () => Promise<void>) => Promise<void>;
  }
}
