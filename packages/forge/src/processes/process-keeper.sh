# Runs one program (a coder, a verification, a setup command) and ends everything that it leaves behind. Run as the
# leader of a process group of its own:
#   sh -c THIS keeper run MARK GRACE PROGRAM ARGS…   with a socket to the forge as descriptor 3
#   sh -c THIS keeper end MARK GRACE                 ends what bears MARK, and nothing else
#
# Descriptor 3 is closed by the forge when the program is to end, and by the kernel when the forge dies, however it
# dies. The program's exit status is written to it; the forge sees its end when the last of this is gone.
#
# A process group does not hold what makes a session of its own, as shells of agents do. Whatever descends from the
# program bears MARK in its environment, wherever it is, and is found by it. What clears its environment is held by the
# group; what does both escapes.
mode=$1 mark=$2 grace=$3
shift 3

# The ";" ends the mark, so that no mark is the beginning of another. A dead process has no environment.
marked() { command -p grep -lsF "ALPHAFORGE_MARK=$mark;" /proc/[0-9]*/environ 2>/dev/null; }

signal_marked() {
  for place in $(marked); do
    place=${place#/proc/}
    kill -"$1" "${place%/environ}" 2>/dev/null
  done
}

# Three looks: a process in the middle of exec has no environment for a moment, and a look can miss what is forked
# during it. Of 400 coders that left a process about to exec, one look missed 223, three looks none.
none_left() {
  for look in 1 2 3; do
    if [ -n "$(marked)" ]; then return 1; fi
    if [ "$look" -lt 3 ]; then command -p sleep 0.03; fi
  done
}

# A tenth of a second at a time, up to $1 of them, until nothing marked is left.
wait_gone() {
  tenths=$1
  while [ "$tenths" -gt 0 ] && ! none_left; do
    command -p sleep 0.1
    tenths=$((tenths - 1))
  done
}

end_marked() {
  if none_left; then return; fi
  signal_marked TERM
  wait_gone $((grace * 10))
  # Again and again, for what is forked between the look and the signal.
  rounds=100
  while [ "$rounds" -gt 0 ] && ! none_left; do
    signal_marked KILL
    command -p sleep 0.02
    rounds=$((rounds - 1))
  done
}

end_all() {
  kill -TERM -$$ 2>/dev/null
  end_marked
  # Takes this shell along: nothing comes after it.
  kill -KILL -$$
}

if [ "$mode" = end ]; then
  end_marked
  none_left
  exit
fi

# Caught, not ignored: what is ignored would be ignored by the program too.
trap : TERM INT HUP PIPE

(
  trap : TERM INT HUP PIPE
  while IFS= read -r line <&3; do :; done
  end_all
) </dev/null >/dev/null 2>&1 &

# In the foreground: a shell makes its background commands ignore SIGINT.
ALPHAFORGE_MARK="$mark;" "$@" 3<&- 3>&-
status=$?
# From here on nothing is the program's: a shell tells on its standard error of every command of its own that a signal ends.
exec >/dev/null 2>&1
echo $status >&3
end_all
