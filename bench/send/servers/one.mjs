import { oneByOne } from '../../lib/servers/sendOne.mjs';
import { serveSends } from './sends.mjs';

await serveSends(oneByOne);
