import { oneByOne } from '../../lib/servers/sendOne.mjs';
import { serveReplies } from './replies.mjs';

await serveReplies(oneByOne);
