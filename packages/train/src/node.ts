/**
 * Checkpoints and logs in files, for Node, Bun and Deno.
 *
 * @packageDocumentation
 */

export { bestCheckpoint } from './callbacks/bestCheckpoint.node.js'
export { csvLog, jsonlLog, tensorBoard } from './callbacks/logs.node.js'
export {
  type CheckpointsOptions,
  checkpoints,
  loadCheckpoint,
  saveCheckpoint,
} from './checkpoint/files.node.js'
