// One insertOne per push.
import { openCollection, serve } from './plain.mjs';

const collection = await openCollection('bare');
serve(document => collection.insertOne(document));
