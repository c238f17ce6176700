// The network of a node beside kube-proxy: routes to the pods of the other nodes, and NetworkPolicy, enforced with
// iptables and ipset by kube-router's network policy controller.
package main

import (
	"context"
	"flag"
	"log"
	"net"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/cloudnativelabs/kube-router/v2/pkg/controllers/netpol"
	"github.com/cloudnativelabs/kube-router/v2/pkg/healthcheck"
	"github.com/cloudnativelabs/kube-router/v2/pkg/options"
	"github.com/vishvananda/netlink"
	v1 "k8s.io/api/core/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/klog/v2"
)

func main() {
	klog.InitFlags(nil)
	kubeconfig := flag.String("kubeconfig", "", "the kubeconfig to reach the API server with")
	node := flag.String("hostname-override", "", "this node's name")
	services := flag.String("service-cluster-ip-range", "10.96.0.0/16", "the addresses of Services")
	flag.Parse()

	restConfig, err := clientcmd.BuildConfigFromFlags("", *kubeconfig)
	check(err)
	client, err := kubernetes.NewForConfig(restConfig)
	check(err)

	config := options.NewKubeRouterConfig()
	config.EnableIPv4, config.EnableIPv6 = true, false
	config.ClusterIPCIDRs = []string{*services}
	config.HostnameOverride = *node
	config.IPTablesSyncPeriod = time.Minute

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()

	factory := informers.NewSharedInformerFactory(client, 0)
	pods := factory.Core().V1().Pods().Informer()
	namespaces := factory.Core().V1().Namespaces().Informer()
	policies := factory.Networking().V1().NetworkPolicies().Informer()
	_, err = factory.Core().V1().Nodes().Informer().AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    func(o any) { route(o, *node, netlink.RouteReplace) },
		UpdateFunc: func(_, o any) { route(o, *node, netlink.RouteReplace) },
		DeleteFunc: func(o any) { route(o, *node, netlink.RouteDel) },
	})
	check(err)
	factory.Start(ctx.Done())
	factory.WaitForCacheSync(ctx.Done())

	iptables, ipsets, err := netpol.NewIPTablesHandlers(config)
	check(err)
	controller, err := netpol.NewNetworkPolicyController(client, config, pods, policies, namespaces, &sync.Mutex{}, iptables, ipsets)
	check(err)
	_, err = pods.AddEventHandler(controller.PodEventHandler)
	check(err)
	_, err = namespaces.AddEventHandler(controller.NamespaceEventHandler)
	check(err)
	_, err = policies.AddEventHandler(controller.NetworkPolicyEventHandler)
	check(err)

	beats := make(chan *healthcheck.ControllerHeartbeat, 10)
	go func() {
		for range beats {
		}
	}()
	var running sync.WaitGroup
	running.Add(1)
	controller.Run(beats, ctx.Done(), &running)
}

// route sets, or ends, the route to the pods of another node.
func route(object any, self string, do func(*netlink.Route) error) {
	if gone, ok := object.(cache.DeletedFinalStateUnknown); ok {
		object = gone.Obj
	}
	node, ok := object.(*v1.Node)
	if !ok || node.Name == self {
		return
	}
	_, pods, err := net.ParseCIDR(node.Spec.PodCIDR)
	if err != nil { // no prefix is assigned yet
		return
	}
	for _, address := range node.Status.Addresses {
		if address.Type == v1.NodeInternalIP {
			if err := do(&netlink.Route{Dst: pods, Gw: net.ParseIP(address.Address)}); err != nil {
				klog.Errorf("the route to the pods of %s: %v", node.Name, err)
			}
		}
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
