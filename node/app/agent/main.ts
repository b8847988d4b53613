import { runAgentProcess } from './agent-process.js';

await runAgentProcess();
process.exit();
