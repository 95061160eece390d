import type { Application } from 'egg';
import type { Schema as MongooseSchema } from 'mongoose';

export interface Profile {
  nickName: string;
  avatarUrl: string;
  gender: number;
  language: string;
  city: string;
  province: string;
  country: string;
}

/** One person, in all apps. */
export interface UserDocument {
  _id: string;
  unionid?: string;
  profile?: Partial<Profile>;
  /** When it was learned; documents of former versions lack it. */
  profileAt?: Date;
  /** `at`: when it was learned; documents of former versions lack it. */
  phone?: { cipher: string; last4: string; index: string; at?: Date };
  createdAt: Date;
  lastSeenAt: Date;
  /** Set while this user's documents are moved to the user that holds their unionid; then this one is removed. */
  mergedInto?: string;
}

export default (app: Application) => {
  const { Schema } = app.mongoose;
  const schema: MongooseSchema<UserDocument> = new Schema<UserDocument>({
    _id: { type: String, required: true },
    unionid: String,
    profile: {
      type: new Schema<Profile>({
        nickName: String, avatarUrl: String, gender: Number, language: String, city: String, province: String, country: String,
      }, { _id: false }),
    },
    profileAt: Date,
    phone: { type: new Schema({ cipher: String, last4: String, index: String, at: Date }, { _id: false }) },
    createdAt: { type: Date, required: true },
    lastSeenAt: { type: Date, required: true },
    mergedInto: String,
  }, { collection: 'users', versionKey: false });
  schema.index({ unionid: 1 }, { unique: true, partialFilterExpression: { unionid: { $exists: true } } });
  schema.index({ 'phone.index': 1 }, { partialFilterExpression: { 'phone.index': { $exists: true } } });
  schema.index({ mergedInto: 1 }, { partialFilterExpression: { mergedInto: { $exists: true } } });
  schema.index({ 'profile.nickName': 1, _id: 1 }, { partialFilterExpression: { 'profile.nickName': { $exists: true } } });
  schema.index({ lastSeenAt: -1 });
  schema.index({ createdAt: -1 });
  return app.mongoose.model('User', schema);
};
