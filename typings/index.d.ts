import 'egg';
import type { Mongoose } from 'mongoose';

declare module 'egg' {
  // Filled by the generated typings: one entry per file of app/model.
  // eslint-disable-next-line @typescript-eslint/no-empty-interface
  interface IModel {}

  interface Application {
    model: IModel;
    mongoose: Mongoose;
  }

  interface Context {
    model: IModel;
  }
}
