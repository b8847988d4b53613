#!/usr/bin/env node
import { keepCompiled } from './compile-cache.js';

// Before anything else is loaded, so that it is kept as well.
keepCompiled();
const { runThisProcess } = await import('./this-process.js');
await runThisProcess();
