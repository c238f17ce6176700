#!/bin/bash
# Starts a node of a cluster, or a part of one, in this container; the last line of its output ends with "is ready".
#
#   node-entrypoint.sh          the control plane and a node
#   node-entrypoint.sh worker   one more node of the cluster whose first node has the host name $JOIN
#   node-entrypoint.sh api      the API server and the controllers alone: enough for kubectl apply --dry-run=server
#
# A node needs every capability but SYS_RESOURCE, no seccomp or AppArmor profile, access to all devices, /dev/kmsg and a
# cgroup namespace of its own: what --privileged gives, less one capability that container engines may not have
# themselves. The API server alone needs nothing. All nodes have the authority's certificate and key, ca.crt and ca.key,
# in /etc/kubernetes/pki. ZONE is the zone that the node's label names.
#
# Logs are in /var/log/kubernetes. When one program ends, all end.
set -euo pipefail

mode=${1:-node}
conf=/etc/kubernetes
pki=$conf/pki
keys=$conf/keys
logs=/var/log/kubernetes
node=$(hostname)
ip=$(ip -4 -o addr show scope global | awk '{ sub("/.*", "", $4); print $4; exit }')
server=https://${JOIN:-127.0.0.1}:6443
services=10.96.0.0/16
pods=10.244.0.0/16
began=$(date +%s%N)

say() { printf '%6d ms  %s\n' $((($(date +%s%N) - began) / 1000000)) "$*"; }

sign() { # name, subject, extensions
  openssl ecparam -name prime256v1 -genkey -noout -out "$keys/$1.key" 2>/dev/null
  openssl req -new -key "$keys/$1.key" -subj "$2" | openssl x509 -req -days 365 -CA "$pki/ca.crt" -CAkey "$pki/ca.key" \
    -set_serial "0x$(openssl rand -hex 8)" -extfile <(printf '%s\n' "${3:-extendedKeyUsage=clientAuth}") \
    -out "$keys/$1.crt" 2>/dev/null
}
kubeconfig() { # name, subject
  sign "$1" "$2"
  cat >"$conf/$1.conf" <<END
apiVersion: v1
kind: Config
clusters: [{name: node, cluster: {server: "$server", certificate-authority-data: $(base64 -w0 "$pki/ca.crt"), tls-server-name: kubernetes}}]
users: [{name: $1, user: {client-certificate-data: $(base64 -w0 "$keys/$1.crt"), client-key-data: $(base64 -w0 "$keys/$1.key")}}]
contexts: [{name: node, context: {cluster: node, user: $1}}]
current-context: node
END
}

run() { # name, command...
  local name=$1
  shift
  "$@" >>"$logs/$name.log" 2>&1 &
  names[$!]=$name
}
wait_for() { # seconds, what, command...
  local end=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    if [ $SECONDS -ge $end ]; then
      say "$what did not come up"
      tail -n 5 "$logs"/*.log
      exit 1
    fi
    sleep 0.2
  done
  say "$what is up"
}

start_control_plane() {
  mkdir -p /run/etcd
  run etcd etcd --data-dir /run/etcd --unsafe-no-fsync --log-level warn --listen-client-urls http://127.0.0.1:2379 \
    --advertise-client-urls http://127.0.0.1:2379 --listen-peer-urls http://127.0.0.1:2380
  openssl ecparam -name prime256v1 -genkey -noout -out "$pki/ca.key.new" 2>/dev/null
  openssl req -x509 -new -key "$pki/ca.key.new" -days 365 -subj /CN=kubernetes -out "$pki/ca.crt"
  mv "$pki/ca.key.new" "$pki/ca.key"
  openssl ecparam -name prime256v1 -genkey -noout -out "$keys/service-account.key" 2>/dev/null
  sign apiserver /CN=kube-apiserver "$(printf '%s\n' extendedKeyUsage=serverAuth \
    "subjectAltName=DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.cluster.local,DNS:localhost,DNS:$node,IP:10.96.0.1,IP:127.0.0.1,IP:$ip")"
  sign kubelet-client /O=system:masters/CN=kube-apiserver-kubelet-client
  run kube-apiserver kube-apiserver --etcd-servers=http://127.0.0.1:2379 --advertise-address="$ip" --secure-port=6443 \
    --service-cluster-ip-range=$services --allow-privileged=true --authorization-mode=Node,RBAC \
    --enable-admission-plugins=NodeRestriction --client-ca-file="$pki/ca.crt" \
    --tls-cert-file="$keys/apiserver.crt" --tls-private-key-file="$keys/apiserver.key" \
    --kubelet-client-certificate="$keys/kubelet-client.crt" --kubelet-client-key="$keys/kubelet-client.key" \
    --kubelet-preferred-address-types=InternalIP --service-account-issuer=https://kubernetes.default.svc.cluster.local \
    --service-account-key-file="$keys/service-account.key" --service-account-signing-key-file="$keys/service-account.key"
  kubeconfig controller-manager /CN=system:kube-controller-manager
  kubeconfig scheduler /CN=system:kube-scheduler
}
start_controllers() {
  run kube-controller-manager kube-controller-manager --kubeconfig="$conf/controller-manager.conf" --leader-elect=false \
    --use-service-account-credentials --root-ca-file="$pki/ca.crt" \
    --service-account-private-key-file="$keys/service-account.key" \
    --cluster-signing-cert-file="$pki/ca.crt" --cluster-signing-key-file="$pki/ca.key" \
    --kube-api-qps=1000 --kube-api-burst=2000 \
    --allocate-node-cidrs=true --cluster-cidr=$pods --node-cidr-mask-size=24 --service-cluster-ip-range=$services
  run kube-scheduler kube-scheduler --kubeconfig="$conf/scheduler.conf" --leader-elect=false \
    --kube-api-qps=1000 --kube-api-burst=2000
}

prepare_node() {
  mountpoint -q /run || mount -t tmpfs -o mode=755 run /run
  mount --make-rshared /
  for read_only in /sys /sys/fs/cgroup /sys/fs/cgroup/* /proc/sys; do
    if mountpoint -q "$read_only"; then mount -o remount,bind,rw "$read_only"; fi
  done
  if [ -e /sys/fs/cgroup/cgroup.controllers ]; then # cgroup v2: a cgroup with processes in it can have none below it
    mkdir -p /sys/fs/cgroup/start
    while read -r pid; do echo "$pid" >/sys/fs/cgroup/start/cgroup.procs || true; done </sys/fs/cgroup/cgroup.procs 2>/dev/null
    sed 's/[^ ]*/+&/g' /sys/fs/cgroup/cgroup.controllers >/sys/fs/cgroup/cgroup.subtree_control
  fi
  if [ ! -e /dev/net/tun ]; then mkdir -p /dev/net && mknod /dev/net/tun c 10 200; fi
  # The kubelet requires these values, which belong to the whole machine. Files that hold them cover the machine's own,
  # which stay as they are.
  while read -r name value; do
    echo "$value" >"/run/sysctl.$name"
    mount --bind "/run/sysctl.$name" "/proc/sys/${name//.//}"
  done <<END
vm.overcommit_memory 1
vm.panic_on_oom 0
kernel.panic 10
kernel.panic_on_oops 1
kernel.keys.root_maxkeys 1000000
kernel.keys.root_maxbytes 25000000
END
  sysctl -qw net.ipv4.ip_forward=1
  iptables -t nat -A POSTROUTING -s $pods ! -d $pods -j MASQUERADE
  run containerd containerd
}
start_resolver() {
  # Pods cannot reach the container engine's name server (127.0.0.11), which knows the other containers. This one passes
  # their queries on, from an address that they reach.
  mkdir -p /run/resolver
  cat >/run/resolver/Corefile <<END
.:53 {
    bind $ip
    errors
    forward . /etc/resolv.conf
}
END
  echo "nameserver $ip" >/run/resolver/resolv.conf
  run resolver coredns -conf /run/resolver/Corefile
}
import_images() {
  wait_for 30 containerd ctr version
  for image in /usr/local/share/images/*.tar; do ctr -n k8s.io images import "$image" >/dev/null; done
  ctr -n k8s.io images label node.local/pause:1 io.cri-containerd.pinned=pinned >/dev/null
  say "images are imported"
}
start_node() {
  kubeconfig kubelet "/O=system:nodes/CN=system:node:$node"
  kubeconfig kube-proxy /CN=system:kube-proxy
  run kubelet kubelet --config="$conf/kubelet.yaml" --kubeconfig="$conf/kubelet.conf" --hostname-override="$node" \
    --node-ip="$ip" --node-labels="topology.kubernetes.io/zone=${ZONE:-a}"
  run kube-proxy kube-proxy --config="$conf/kube-proxy.yaml" --hostname-override="$node"
  if [ "$mode" = node ]; then kubectl apply -f "$conf/addons" >"$logs/addons.log" 2>&1; fi
  local range=
  until [ -n "$range" ]; do
    range=$(kubectl get node "$node" -o 'jsonpath={.spec.podCIDR}' 2>/dev/null) || true
  done
  cat >/etc/cni/net.d/10-pods.conflist <<END
{
  "cniVersion": "0.4.0",
  "name": "pods",
  "plugins": [
    {"type": "ptp", "ipMasq": false, "ipam": {
      "type": "host-local", "dataDir": "/run/cni-ipam", "ranges": [[{"subnet": "$range"}]], "routes": [{"dst": "0.0.0.0/0"}]}},
    {"type": "portmap", "capabilities": {"portMappings": true}}
  ]
}
END
  run network network --kubeconfig="$conf/admin.conf" --hostname-override="$node" --service-cluster-ip-range=$services
  wait_for 120 "the node" kubectl wait --for=condition=Ready "node/$node" --timeout=0s
}

declare -A names
trap 'say "ending"; kill -KILL "${!names[@]}" 2>/dev/null; exit 0' TERM INT # it keeps nothing
mkdir -p "$pki" "$keys" "$logs" /etc/cni/net.d
tr -d - </proc/sys/kernel/random/uuid >/etc/machine-id

if [ "$mode" != api ]; then prepare_node; fi
if [ "$mode" != worker ]; then start_control_plane; fi
wait_for 120 "the cluster's authority" test -s "$pki/ca.key"
kubeconfig admin /O=system:masters/CN=admin
say "keys are made"
if [ "$mode" != api ]; then
  start_resolver
  import_images
fi
wait_for 120 "the API server" kubectl get --raw /readyz
if [ "$mode" != worker ]; then start_controllers; fi
if [ "$mode" != api ]; then start_node; fi
wait_for 60 "the default service account" kubectl get serviceaccount default
if [ "$mode" = node ]; then
  wait_for 120 "the cluster's DNS" kubectl -n kube-system rollout status daemonset/coredns --timeout=1s
fi
say "the $mode is ready"

ended=0
wait -n -p ended || true
say "${names[$ended]:-something} ended"
tail -n 20 "$logs/${names[$ended]:-none}.log" || true
exit 1
