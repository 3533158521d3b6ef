/** A host process: `node entity-host-process.js PORT FILE`, see entity-host.ts. */
require('../../../../../typescript');
require('./entity-host');
