#!/usr/bin/env node
const { main } = require('../dist/main.cjs');

// A program that ends before it has an exit code has not done what it should.
process.once('beforeExit', () => {
  process.exitCode ??= 1;
});
main(process.argv.slice(2)).then((exitCode) => {
  process.exitCode = exitCode;
});
