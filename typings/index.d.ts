import 'egg';
import type { Mongoose } from 'mongoose';

declare module 'egg' {
  interface Application {
    model: IModel;
    mongoose: Mongoose;
  }

  interface Context {
    model: IModel;
  }

  interface IMiddleware {
    /** Of egg-static. */
    static(options: object, app: Application): (ctx: Context, next: () => Promise<void>) => Promise<void>;
  }
}
