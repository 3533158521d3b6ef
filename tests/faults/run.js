/** `npm run faults` */
require('../typescript');
require('./cli');
