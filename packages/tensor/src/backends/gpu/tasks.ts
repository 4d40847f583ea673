/**
 * Tasks that are carried out in the order in which they were given: at once where nothing need be awaited, else one after the
 * other. After a task has failed none is carried out any more, and whoever waits learns why.
 */
export class TaskQueue {
  private tasks: (() => void | Promise<void>)[] = []
  private running = false
  private failure: { readonly error: unknown } | null = null
  private readonly waiting = new Set<(error: unknown) => void>()

  /** @param waits - whether tasks may be promises */
  constructor(private readonly waits: boolean) {}

  /** Adds a task. */
  add(task: () => void | Promise<void>): void {
    if (this.failure) throw this.failure.error
    if (!this.waits) {
      task()
      return
    }
    this.tasks.push(task)
    if (!this.running) void this.run()
  }

  /** Carries a task out and resolves after it; rejects where it, or one before it, failed. */
  after(task: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.failure) return reject(this.failure.error)
      this.waiting.add(reject)
      this.add(() => {
        this.waiting.delete(reject)
        try {
          task()
          resolve()
        } catch (error) {
          reject(error)
        }
      })
    })
  }

  private async run(): Promise<void> {
    this.running = true
    try {
      // New tasks may come while one is awaited.
      while (this.tasks.length > 0) {
        const tasks = this.tasks
        this.tasks = []
        for (const task of tasks) {
          const pending = task()
          if (pending) await pending
        }
      }
    } catch (error) {
      this.failure = { error }
      this.tasks = []
      for (const reject of this.waiting) reject(error)
      this.waiting.clear()
    }
    this.running = false
  }
}
