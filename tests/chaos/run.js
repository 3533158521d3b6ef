/** `npm run chaos`; with the name of a file of this folder, one of the processes that it starts. */
require('../typescript');
require(process.env.WEIR_CHAOS_PROCESS === 'publisher' ? './publisher' : './cli');
