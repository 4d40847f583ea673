import { closeSync, fstatSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs'

/** A file that is written to piece by piece, each at once on its way to the disk, so that a crash costs nothing that was logged. */
export class LogFile {
  private fd: number | undefined

  /** Opens it anew. */
  create(path: string): void {
    this.close()
    this.fd = openSync(path, 'w')
  }

  /** Opens it to go on after the lines that are wanted, which come first; whether there were any. */
  resume(path: string, wanted: (line: string) => boolean): boolean {
    this.close()
    this.fd = openSync(path, 'a+')
    if (fstatSync(this.fd).size === 0) return false
    const text = readFileSync(path, 'utf8')
    let end = 0
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', end)) {
      if (!wanted(text.slice(end, at))) break
      end = at + 1
    }
    ftruncateSync(this.fd, Buffer.byteLength(text.slice(0, end)))
    return end > 0
  }

  /** Adds to its end. */
  write(data: string | Uint8Array): void {
    const bytes = typeof data === 'string' ? Buffer.from(data) : data
    for (let at = 0; at < bytes.length; ) at += writeSync(this.fd!, bytes, at)
  }

  /** Lets go of it. */
  close(): void {
    if (this.fd !== undefined) closeSync(this.fd)
    this.fd = undefined
  }
}
