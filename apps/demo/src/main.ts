import { readFileSync } from 'node:fs'
import { modes } from './cli/modes.js'
import { EXIT, run } from './cli/run.js'
import { stopSignal } from './cli/signals.js'
import { ROOT, userFolder } from './paths.js'

// A reader that goes away (`… | head`) is no error of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.done)
  throw error
})

const { version } = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')) as { version: string }
const { signal, release } = stopSignal()
try {
  process.exitCode = await run(process.argv.slice(2), modes, version, {
    print: (text) => console.log(text),
    complain: (sentence) => console.error(sentence),
    signal,
    cwd: userFolder(),
  })
} catch (error) {
  console.error(error)
  process.exitCode = EXIT.failed
} finally {
  release()
}
