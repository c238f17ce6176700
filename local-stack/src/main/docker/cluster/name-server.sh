#!/bin/sh
# The cluster's name server, in the foreground.
PATH=$PATH:/usr/sbin exec dnsmasq --conf-file=/etc/cluster/dnsmasq.conf
