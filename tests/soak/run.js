/** `npm run soak`; see soak.ts. */
require('../fuzz/run')('../soak/soak.ts');
