/** CPU time from one moment to another: of the calling process, of a server, and of all others on the machine. */
import { type CpuTimes, cpuTimes, machineMs } from '../servers/proc.js';

export interface ServerShare {
  /** The server's main thread, share of one core. */
  readonly mainBusy: number;
  /** All its threads, share of one core. */
  readonly busy: number;
  /** CPU time of all its threads for one event; NaN where there was none. */
  readonly microsPerEvent: number;
}

export interface Metered {
  /** Share of one core. NaN where the system has no /proc. */
  readonly generatorBusy: number;
  /** Cores that everything else on the machine kept busy meanwhile. */
  readonly othersBusy: number;
  readonly server: ServerShare;
}

/** Starts when it is made. */
export class Meter {
  private readonly started = performance.now();
  private readonly serverBefore: CpuTimes;
  private readonly machineBefore = machineMs();
  private readonly generatorBefore = process.cpuUsage();

  constructor(private readonly serverPid: number) {
    this.serverBefore = cpuTimes(serverPid);
  }

  /** Up to now, for so many events. */
  read(events: number): Metered {
    const elapsed = (performance.now() - this.started) / 1_000;
    const generator = process.cpuUsage(this.generatorBefore);
    const generatorBusy = (generator.user + generator.system) / 1e6 / elapsed;
    const server = cpuTimes(this.serverPid);
    const all = (server.all - this.serverBefore.all) / 1_000;
    const busy = all / elapsed;
    return {
      generatorBusy,
      othersBusy: Math.max(0, (machineMs() - this.machineBefore) / 1_000 / elapsed - generatorBusy - busy),
      server: {
        mainBusy: (server.main - this.serverBefore.main) / 1_000 / elapsed,
        busy,
        microsPerEvent: events === 0 ? Number.NaN : (all * 1e6) / events,
      },
    };
  }
}
