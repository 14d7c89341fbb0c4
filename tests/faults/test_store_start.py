"""A broker that knows a hundred thousand nodes and is killed: it answers soon, and calls nobody
dead."""

import os
import shutil
import tempfile
import time
import unittest

from common import SANITIZED, FaultTest, Watch, wait_for

NODES = 10_000 if SANITIZED else 100_000


class StoreStart(FaultTest):
    def test_who_was_known_is_known_at_once_and_nobody_is_called_dead(self):  # [P69]
        folder = tempfile.mkdtemp(prefix="rollcall-store-")
        self.addCleanup(shutil.rmtree, folder)
        store = os.path.join(folder, "store.db")
        broker = self.start_broker("--store", store)
        asking = self.client(broker)
        began = time.monotonic()
        fleet = self.start_agent("fleet", broker, "--nodes", str(NODES), "--source", "simulated",
                                 "--interval", "60s")
        self.present(asking, NODES, 60)
        wait_for(lambda: asking.reply("ping")["as_of"]["event_seq"] >= NODES, 60, "all stored")
        self.note(f"{NODES} nodes stored {time.monotonic() - began:.1f} s after the fleet began")
        fleet.process.kill()
        broker.process.kill()
        broker.process.wait()
        size = sum(entry.stat().st_size for entry in os.scandir(folder))

        began = time.monotonic()
        broker = self.start_broker("--store", store)
        up_s = time.monotonic() - began
        asking = self.client(broker)
        reply = asking.reply("summary")
        took_s = time.monotonic() - began
        self.note(f"it answered {took_s:.2f} s after its start ({up_s:.2f} s until it was up), "
                  f"from {size >> 20} MiB, resident {broker.resident_bytes() >> 20} MiB")
        self.assertLess(took_s, 20 if SANITIZED else 6)
        self.assertEqual(reply["result"]["nodes"]["late"], NODES)
        self.assertEqual(reply["result"]["nodes"]["unheard"], NODES)
        self.assertTrue(reply["as_of"]["warming_up"])
        self.assertEqual(reply["as_of"]["heard"], 0)
        self.assertGreaterEqual(reply["as_of"]["resumed_at"], NODES)
        time.sleep(2)
        watch = Watch(asking)
        watch.last = reply["as_of"]["resumed_at"]
        self.assertLessEqual(watch.kinds(), {"guard"})
        self.assertTrue(asking.reply("ping")["as_of"]["warming_up"])
        began = time.monotonic()
        broker.stop()
        self.note(f"it ended in order within {time.monotonic() - began:.1f} s")


if __name__ == "__main__":
    unittest.main()
