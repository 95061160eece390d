import { serveKoaPushes } from '../../lib/servers/koaPushes.mjs';

await serveKoaPushes();
