import { errorTable, type ErrorCode } from '../errors/holdfast-error.js';
import { counter, gauge, histogram } from './row.js';

/** Methods of JSON-RPC that the node calls; any other is `other`. */
const rpcMethods = [
  'eth_blockNumber',
  'eth_call',
  'eth_chainId',
  'eth_estimateGas',
  'eth_gasPrice',
  'eth_getBalance',
  'eth_getBlockByNumber',
  'eth_getCode',
  'eth_getLogs',
  'eth_getTransactionByHash',
  'eth_getTransactionCount',
  'eth_getTransactionReceipt',
  'eth_maxPriorityFeePerGas',
  'eth_sendRawTransaction',
  'other',
] as const;
const requests = ['terms', 'write-sector', 'sign-revision', 'read-leaves', 'list-sectors', 'egress', 'lost-sectors'] as const;
const codes = Object.keys(errorTable) as readonly ErrorCode[];

/**
 * The one table of what is counted and measured: name, unit, meaning, and the values of each label. A name or a label that is not in
 * it does not compile. Names are stable: dashboards and alarms name them.
 */
export const metricTable = {
  holdfast_head_block: gauge('blocks', 'Newest block that the provider has looked at.'),
  holdfast_head_age_seconds: gauge('seconds', 'How long ago, by the clock of this machine, a new block was last seen.'),
  holdfast_coin: gauge('coin', "What the operator has of the chain's coin, for gas."),
  holdfast_proofs_total: counter('proofs', 'Proofs of audits, by what became of them.', {
    outcome: ['sent', 'replaced', 'mined', 'failed'],
  }),
  holdfast_periods_missed_total: counter('periods', 'Decided periods found to have gone by without a proof; each costs rent and stake.'),
  holdfast_answers_total: counter('answers', 'Answers to challenges, by what became of them.', {
    outcome: ['sent', 'replaced', 'mined', 'failed'],
  }),
  holdfast_batches_total: counter('batches', 'Batches of revisions, vouchers, closes and rent, by what became of them.', {
    outcome: ['mined', 'failed'],
  }),
  holdfast_batch_items_refused_total: counter('items', 'Items of mined batches that the market refused.'),
  holdfast_claims_total: counter('claims', 'Claims of rewards, by what became of them.', { outcome: ['mined', 'failed'] }),
  holdfast_forfeits_total: counter('deals', 'Deals given up because somebody else signed for them, by what became of it.', {
    outcome: ['mined', 'failed'],
  }),
  holdfast_revisions_signed_total: counter('revisions', 'Revisions that the provider has co-signed.'),
  holdfast_received_bytes_total: counter('bytes', 'Bytes of sectors taken in and made durable.'),
  holdfast_served_bytes_total: counter('bytes', 'Bytes of leaves served to renters, without their proofs.'),
  holdfast_deals: gauge('deals', 'Deals that the provider has a revision of.'),
  holdfast_doubtful_deals: gauge(
    'deals',
    'Deals of which the journal lacks what the chain holds or what was signed; while there are any nothing is deleted.',
  ),
  holdfast_held_leaves: gauge('leaves', 'Leaves of the newest revisions and of sectors that wait for one.'),
  holdfast_stored_sectors: gauge('sectors', 'Sectors that the newest revisions name.'),
  holdfast_stored_bytes: gauge('bytes', 'Bytes of sectors on disk.'),
  holdfast_disk_free_bytes: gauge('bytes', 'Bytes that can still be written to the disk of the sectors.'),
  holdfast_sectors_deleted_total: counter('sectors', 'Sectors deleted, which nobody is owed any more.'),
  holdfast_sectors_lost_total: counter('sectors', 'Sectors that a deal counts on and a scrub found gone or wrong.'),
  holdfast_scrubs_total: counter('passes', 'Passes over all promised sectors, by what became of them.', { outcome: ['done', 'failed'] }),

  holdfast_rpc_calls_total: counter('calls', 'Calls of the chain, by method and by what came back.', {
    method: rpcMethods,
    outcome: ['answered', 'refused', 'unreachable'],
  }),
  holdfast_rpc_call_seconds: histogram(
    'seconds',
    'How long a call of the chain took, by method; those of one request take equally long.',
    [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30],
    { method: rpcMethods },
  ),
  holdfast_transactions_total: counter(
    'transactions',
    'Transactions, by priority and by what became of them; each attempt is sent or replaced.',
    {
      priority: ['audit', 'normal'],
      outcome: ['sent', 'replaced', 'refused', 'mined', 'reverted', 'expired', 'lost'],
    },
  ),

  holdfast_connections: gauge('connections', 'Connections with peers that are open.'),
  holdfast_requests_total: counter('requests', 'Requests of renters, by what they ask for and how they ended.', {
    request: requests,
    outcome: ['answered', 'refused', 'failed'],
  }),
  holdfast_refusals_total: counter('requests', 'Refused requests, by the code that the renter was told.', { code: codes }),

  holdfast_uploaded_bytes_total: counter('bytes', 'Bytes of sectors that providers said to be durable.'),
  holdfast_downloaded_bytes_total: counter('bytes', 'Bytes of shards that were read from providers and verified.'),
  holdfast_shards_repaired_total: counter('shards', 'Shards, of one slab each, that were made anew and placed.'),
  holdfast_shards_healed_total: counter(
    'shards',
    'Shards, of one slab each, that were made anew and sent to the provider that had lost them.',
  ),
  holdfast_provider_failures_total: counter('failures', 'Providers that failed in a task, by how, as the renter sees it.', { code: codes }),
} as const;

export type MetricTable = typeof metricTable;
export type MetricName = keyof MetricTable;
