# Owns one PostgreSQL server and ends it when nobody uses it any more. Run as: sh -c THIS keeper BINARY DATA LEASE ARGS…
#
# LEASE is a named pipe. Every user holds its writing end open and wrote one line when it came; the kernel closes it
# when the user ends, killed or not. The reading end therefore says, without any polling, when the last one has gone.
# Two processes: this one is the server's parent (it reaps it, so that a killed server leaves no zombie), its subshell
# reads the pipe (and still ends the server if this one is killed).
binary=$1 data=$2 lease=$3
shift 3
mine=$lease.$$
umask 077

"$binary" -D "$data" "$@" &
server=$!

# Of two keepers that start at once one server wins postmaster.pid; only its keeper publishes the lease.
until [ "$(head -n 1 "$data/postmaster.pid" 2>/dev/null)" = "$server" ]; do
  if ! kill -0 "$server" 2>/dev/null; then
    wait "$server"
    exit
  fi
  sleep 0.02
done

(
  # Opening for reading alone would wait for a writer; the second, read-write descriptor is only there to avoid that.
  mkfifo "$mine" && exec 4<>"$mine" 3<"$mine" 4>&- && ln -f "$mine" "$lease" || {
    kill -INT "$server"
    exit 1
  }
  # No child may hold the reading end: it would keep the pipe alive after this process.
  sleep 2 3<&- # for whoever started this to come
  while :; do
    while IFS= read -r line <&3; do :; done # until the last writer has gone
    sleep 1 3<&-
    if IFS= read -r line <&3; then continue; fi
    # Take the pipe away, then look once more: whoever wrote before that is seen here, and whoever comes later finds no pipe.
    rm -f "$lease"
    if IFS= read -r line <&3; then
      ln "$mine" "$lease"
      continue
    fi
    kill -INT "$server" # fast shutdown
    # A server that is asked while it recovers from a crash of one of its processes may never end (PostgreSQL 18). The
    # other half of the keeper ends this one when the server has gone.
    tenths=200
    while kill -0 "$server" 2>/dev/null; do
      if [ "$tenths" -eq 0 ]; then kill -QUIT "$server"; fi # immediate shutdown: the next start recovers
      tenths=$((tenths - 1))
      sleep 0.1 3<&-
    done
    exit
  done
) &
reader=$!

wait "$server"
status=$?
kill "$reader" 2>/dev/null
# Another keeper may have published its own pipe since the server ended: that one stays.
if [ "$lease" -ef "$mine" ]; then rm -f "$lease"; fi
rm -f "$mine"
exit $status
