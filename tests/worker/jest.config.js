const base = require('../../jest.config.js');

module.exports = { ...base, rootDir: '../..', testMatch: ['**/tests/worker/*.check.ts'], testTimeout: 120_000 };
