import { manyAtOnce } from '../../lib/servers/sendMany.mjs';
import { serveSends } from './sends.mjs';

await serveSends(manyAtOnce);
