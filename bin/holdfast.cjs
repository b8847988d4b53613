#!/usr/bin/env node
'use strict';
/* Plain JavaScript for Node 12 on: looks at the version before anything is loaded that an older Node cannot read. */
var found = process.versions.node;
var needed = require('../package.json').engines.node.replace('>=', '');

/** Whether version `a` is older than `b`, by major and minor number. */
function isOlder(a, b) {
  var left = a.split('.').map(Number);
  var right = b.split('.').map(Number);
  return left[0] < right[0] || (left[0] === right[0] && left[1] < right[1]);
}

if (isOlder(found, needed)) {
  console.error(
    'holdfast needs Node ' + needed + ' or newer and runs on ' + found + ': install one from https://nodejs.org and try again.',
  );
  process.exitCode = 1;
} else {
  import('../dist/cli/main.js').catch(function (error) {
    console.error('holdfast cannot start: ' + error.message + '\nInstall the package again; if that does not help, please report it.');
    process.exitCode = 1;
  });
}
