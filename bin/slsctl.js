#!/usr/bin/env node
// Starts slsctl. Node.js 4 and later can parse this file, so that an old one says which Node.js slsctl needs.
const version = process.versions.node.split('.').map(Number);
if (version[0] < 20 || (version[0] === 20 && version[1] < 15)) {
  process.stderr.write(`slsctl needs Node.js 20.15 or newer; this is ${process.versions.node}\n`);
  process.exitCode = 2;
} else {
  // A program that ends before it has an exit code has failed.
  process.once('beforeExit', () => {
    if (process.exitCode === undefined) process.exitCode = 1;
  });
  require('../dist/main.cjs')
    .main(process.argv.slice(2))
    .then((exitCode) => {
      process.exitCode = exitCode;
    });
}
