import type { Rule } from './rule.js';
import { browser } from './rules/browser.js';
import { changelog } from './rules/changelog.js';
import { compilerWarnings } from './rules/compiler-warnings.js';
import { documents } from './rules/documents.js';
import { errorCodes } from './rules/error-codes.js';
import { formatting } from './rules/formatting.js';
import { layers } from './rules/layers.js';
import { lint } from './rules/lint.js';
import { rawTransactions } from './rules/raw-transactions.js';
import { solidityLint } from './rules/solidity-lint.js';
import { types } from './rules/types.js';

/** All rules, the slow ones first. */
export const rules: readonly Rule[] = [
  lint,
  types,
  formatting,
  solidityLint,
  compilerWarnings,
  layers,
  browser,
  rawTransactions,
  documents,
  changelog,
  errorCodes,
];
