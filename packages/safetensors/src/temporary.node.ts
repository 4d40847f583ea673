import { randomBytes } from 'node:crypto'
import { readdir, rm, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { basename, dirname, join } from 'node:path'

/**
 * A name beside `target` that no other save uses: it says which process of which machine writes there, so that later
 * ones can tell what is left of the dead from what is at work.
 */
export function temporaryFor(target: string): string {
  return `${target}.${host()}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`
}

/**
 * Deletes the temporary files beside `target` that killed processes left behind. Those of processes alive, of other
 * machines (on a shared disk) and of other targets stay. Nothing here is worth an error: the save does not need it.
 */
export async function removeLeftovers(target: string): Promise<void> {
  const folder = dirname(target)
  const start = `${basename(target)}.${host()}.`
  for (const name of await readdir(folder).catch(() => [])) {
    const pid = name.startsWith(start) && /^(\d+)\.[0-9a-f]{8}\.tmp$/.exec(name.slice(start.length))?.[1]
    const path = join(folder, name)
    if (pid && (await isLeftover(path, Number(pid)))) await rm(path, { force: true }).catch(() => {})
  }
}

// File systems keep times to 2 seconds at worst.
const GRAIN = 2000

async function isLeftover(path: string, pid: number): Promise<boolean> {
  try {
    // In a container the same number comes back: a file older than this process is of one before it.
    if (pid === process.pid) return (await stat(path)).mtimeMs < Date.now() - process.uptime() * 1000 - GRAIN
    process.kill(pid, 0) // signal 0 only asks whether it is there
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}

function host(): string {
  return hostname()
    .replace(/[^\w-]/g, '-')
    .slice(-32)
}
