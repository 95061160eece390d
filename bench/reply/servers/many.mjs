import { manyAtOnce } from '../../lib/servers/sendMany.mjs';
import { serveReplies } from './replies.mjs';

await serveReplies(manyAtOnce);
