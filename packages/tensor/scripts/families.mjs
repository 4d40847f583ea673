/**
 * The commands of assembly/run.ts in families: what the synchronous start compiles when the first call of a family comes, and
 * what a program that makes no such call does not bundle. They lie over one memory, each with a stretch of its own for
 * its static data; `core`, which always runs, comes last, so that it knows where they all end.
 */
export const FAMILIES = {
  activations: ['activation', 'activationGrad'],
  along: ['scan', 'affineScan', 'sort', 'gatherAlong', 'scatterAlong'],
  ctc: ['ctc', 'ctcGrad'],
  images: [
    ...['conv', 'convInputGrad', 'convWeightGrad'],
    ...['maxPool', 'avgPool', 'avgPoolGrad', 'resample', 'resampleGrad'],
  ],
  norms: ['rowNorm', 'rowNormGrad', 'channelNorm', 'channelNormGrad'],
  recurrent: ['recurrent', 'recurrentGrad', 'recurrentWeights'],
  training: [
    ...['random', 'softmax', 'softmaxGrad', 'crossEntropy', 'crossEntropyGrad'],
    ...['gatherRows', 'scatterAddRows', 'update'],
  ],
  core: [
    ...['unary', 'binary', 'binaryWalk', 'compare', 'where', 'reduce', 'argReduce', 'matmul'],
    ...['gatherStrided', 'scatterStrided', 'fill', 'cast'],
  ],
}

/**
 * assembly/run.ts with the commands of one family only; the others' places in the table are empty, so that opcodes are the
 * same in every module.
 *
 * @param run - the text of assembly/run.ts
 * @param commands - the family
 * @returns its text for this family
 */
export function runOf(run, commands) {
  const missing = new Set(commands)
  const text = run
    .replace(/^import \{ (.*) \} from (.*)\n/gm, (_, names, from) => {
      const kept = names.split(', ').filter((name) => commands.includes(name))
      return kept.length > 0 ? `import { ${kept.join(', ')} } from ${from}\n` : ''
    })
    .replace(/^ {2}(\w+),$/gm, (line, name) => {
      missing.delete(name)
      return commands.includes(name) ? line : '  changetype<(args: usize) => void>(0),'
    })
  if (missing.size > 0) throw new Error(`assembly/run.ts has no command ${[...missing].join(', ')}`)
  return text
}

/** Throws unless every command of assembly/run.ts belongs to exactly one family. */
export function checkFamilies(run) {
  const all = [...run.matchAll(/^ {2}(\w+),$/gm)].map(([, name]) => name)
  const listed = Object.values(FAMILIES).flat()
  const wrong = [...new Set([...all, ...listed])].filter(
    (name) => listed.filter((other) => other === name).length !== 1 || !all.includes(name),
  )
  if (wrong.length > 0)
    throw new Error(
      `In scripts/families.mjs each command of assembly/run.ts stands once: ${wrong.join(', ')}`,
    )
}
