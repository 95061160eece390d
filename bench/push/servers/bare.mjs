// One insertOne per push.
import { openDatabase } from '../../lib/servers/database.mjs';
import { servePushes } from '../../lib/servers/pushes.mjs';

const messages = (await openDatabase()).collection('messages');
servePushes(document => messages.insertOne(document));
