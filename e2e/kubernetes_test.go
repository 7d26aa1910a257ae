//go:build e2e && mariadb

package e2e

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"taut/config"
)

// No cluster of Kubernetes is at hand: what can be said of the manifests without one
// is that every field has a name that Kubernetes knows (of those that they use), and
// that everything that they name is there.

const manifests = "../deploy/kubernetes/"

// kubernetes is all of the manifests.
type kubernetes struct {
	t         *testing.T
	workloads []*workload
	services  map[string]*service
	budgets   []*budget
	ingresses []*ingress
	policies  []*netPolicy
	settings  []string // file names of the generated ConfigMap
}

func readManifests(t *testing.T) *kubernetes {
	t.Helper()
	k := &kubernetes{t: t, services: map[string]*service{}}
	var kustom struct {
		Resources          []string
		Images             []struct{ Name string }
		ConfigMapGenerator []struct {
			Name  string
			Files []string
		} `yaml:"configMapGenerator"`
	}
	text, err := os.ReadFile(manifests + "kustomization.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(text, &kustom); err != nil {
		t.Fatal(err)
	}
	there, _ := filepath.Glob(manifests + "*.yaml")
	for _, path := range there {
		if name := filepath.Base(path); name != "kustomization.yaml" && !slices.Contains(kustom.Resources, name) {
			t.Errorf("%s is in no kustomization", name)
		}
	}
	for _, name := range kustom.Resources {
		k.readFile(name)
	}
	for _, path := range kustom.ConfigMapGenerator[0].Files {
		if _, err := os.Stat(manifests + path); err != nil {
			t.Error(err)
		}
		k.settings = append(k.settings, filepath.Base(path))
	}
	return k
}

func (k *kubernetes) readFile(name string) {
	k.t.Helper()
	text, err := os.ReadFile(manifests + name)
	if err != nil {
		k.t.Fatal(err)
	}
	for decoder := yaml.NewDecoder(bytes.NewReader(text)); ; {
		var node yaml.Node
		err := decoder.Decode(&node)
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			k.t.Fatalf("%s: %v", name, err)
		}
		var kind struct {
			APIVersion string `yaml:"apiVersion"`
			Kind       string
		}
		if err := node.Decode(&kind); err != nil {
			k.t.Fatal(err)
		}
		k.take(name, kind.APIVersion+" "+kind.Kind, &node)
	}
}

func (k *kubernetes) take(file, kind string, node *yaml.Node) {
	k.t.Helper()
	strict := func(into any) {
		// A node has no strict mode of its own.
		text, err := yaml.Marshal(node)
		if err != nil {
			k.t.Fatal(err)
		}
		d := yaml.NewDecoder(bytes.NewReader(text))
		d.KnownFields(true)
		if err := d.Decode(into); err != nil {
			k.t.Errorf("%s: %v", file, err)
		}
	}
	switch kind {
	case "apps/v1 Deployment", "apps/v1 StatefulSet":
		w := &workload{}
		strict(w)
		k.workloads = append(k.workloads, w)
	case "v1 Service":
		s := &service{}
		strict(s)
		k.services[s.Metadata.Name] = s
	case "policy/v1 PodDisruptionBudget":
		b := &budget{}
		strict(b)
		k.budgets = append(k.budgets, b)
	case "networking.k8s.io/v1 Ingress":
		i := &ingress{}
		strict(i)
		k.ingresses = append(k.ingresses, i)
	case "networking.k8s.io/v1 NetworkPolicy":
		p := &netPolicy{}
		strict(p)
		k.policies = append(k.policies, p)
	case "v1 Namespace":
	default:
		k.t.Errorf("%s: %s is nothing that is looked at here", file, kind)
	}
}

// matching are the workloads whose pods a selector means.
func (k *kubernetes) matching(s labels) (all []*workload) {
	for _, w := range k.workloads {
		if len(s) == 0 || contains(w.Spec.Template.Metadata.Labels, s) {
			all = append(all, w)
		}
	}
	return all
}

func contains(all, some labels) bool {
	for name, value := range some {
		if all[name] != value {
			return false
		}
	}
	return true
}

// ports are the names of a workload's.
func (w *workload) ports() (names []string) {
	for _, p := range w.Spec.Template.Spec.Containers[0].Ports {
		names = append(names, p.Name)
	}
	return names
}

func TestKubernetesManifests(t *testing.T) {
	k := readManifests(t)
	if len(k.workloads) != 4 {
		t.Fatalf("%d workloads", len(k.workloads))
	}
	for _, w := range k.workloads {
		t.Run(w.Metadata.Name, func(t *testing.T) {
			k := *k
			k.t = t
			k.workload(w)
			k.pod(w)
			k.mounts(w)
		})
	}
	k.reachable()
}

func (k *kubernetes) workload(w *workload) {
	own := w.Spec.Selector.MatchLabels
	if got := k.matching(own); len(got) != 1 || got[0] != w {
		k.t.Errorf("its selector means %d workloads", len(got))
	}
	covered := 0
	for _, b := range k.budgets {
		if maps.Equal(b.Spec.Selector.MatchLabels, own) && b.Spec.MaxUnavailable > 0 && b.Spec.MaxUnavailable < w.Spec.Replicas {
			covered++
		}
	}
	if covered != 1 {
		k.t.Errorf("%d disruption budgets mean it", covered)
	}
	if w.Kind == "StatefulSet" && (k.services[w.Spec.ServiceName] == nil || !k.services[w.Spec.ServiceName].Spec.PublishNotReadyAddresses) {
		k.t.Errorf("%q is no service that names its pods", w.Spec.ServiceName)
	}
	for _, s := range w.Spec.Template.Spec.TopologySpreadConstraints {
		if !maps.Equal(s.LabelSelector.MatchLabels, own) {
			k.t.Errorf("it is spread by %v", s.LabelSelector.MatchLabels)
		}
	}
}

func (k *kubernetes) pod(w *workload) {
	pod := w.Spec.Template.Spec
	if !pod.SecurityContext.RunAsNonRoot || pod.AutomountServiceAccountToken == nil || *pod.AutomountServiceAccountToken {
		k.t.Error("its pods may more than they need")
	}
	c := pod.Containers[0]
	for path, p := range map[string]probe{"/healthz": c.LivenessProbe, "/readyz": c.ReadinessProbe} {
		if p.HTTPGet.Path != path || !slices.Contains(w.ports(), p.HTTPGet.Port) {
			k.t.Errorf("a probe asks %s at %q", p.HTTPGet.Path, p.HTTPGet.Port)
		}
	}
	if len(c.Lifecycle.PreStop.Exec.Command) == 0 {
		k.t.Error("it ends while it is still asked")
	}
	for _, c := range append(slices.Clone(pod.InitContainers), c) {
		if !c.SecurityContext.ReadOnlyRootFilesystem || c.SecurityContext.AllowPrivilegeEscalation == nil || *c.SecurityContext.AllowPrivilegeEscalation ||
			!slices.Contains(c.SecurityContext.Capabilities.Drop, "ALL") || c.Resources.Limits["memory"] == "" || c.Resources.Requests["cpu"] == "" {
			k.t.Errorf("container %s is not closed", c.Name)
		}
	}
}

// mounts looks that each volume is there and used, and that the authority's key is in
// the first container alone.
func (k *kubernetes) mounts(w *workload) {
	pod := w.Spec.Template.Spec
	var there []string
	for _, v := range pod.Volumes {
		there = append(there, v.Name)
		if v.ConfigMap.Name != "" && v.ConfigMap.Name != "taut" {
			k.t.Errorf("there is no ConfigMap %s", v.ConfigMap.Name)
		}
		if secret := v.Secret.SecretName; secret != "" && !k.documented("generic "+secret+" ") {
			k.t.Errorf("secrets.md doesn't make %s", secret)
		}
	}
	for _, v := range w.Spec.VolumeClaimTemplates {
		there = append(there, v.Metadata.Name)
	}
	used := map[string]bool{}
	for _, c := range append(slices.Clone(pod.InitContainers), pod.Containers...) {
		for _, m := range c.VolumeMounts {
			used[m.Name] = true
			if !slices.Contains(there, m.Name) {
				k.t.Errorf("%s mounts %s, which is not there", c.Name, m.Name)
			}
		}
	}
	if len(used) != len(there) {
		k.t.Errorf("of %v are used %v", there, used)
	}
	for _, m := range pod.Containers[0].VolumeMounts {
		if m.Name == "authority" || m.Name == "scratch" {
			k.t.Error("the server has the authority's key")
		}
	}
}

func (k *kubernetes) documented(text string) bool {
	secrets, err := os.ReadFile(manifests + "secrets.md")
	return err == nil && strings.Contains(string(secrets), text)
}

// reachable looks at services, the Ingress and the policies.
func (k *kubernetes) reachable() {
	for name, s := range k.services {
		for _, w := range k.matching(s.Spec.Selector) {
			for _, p := range s.Spec.Ports {
				if !slices.Contains(w.ports(), p.TargetPort) {
					k.t.Errorf("service %s: %s has no port %q", name, w.Metadata.Name, p.TargetPort)
				}
			}
		}
		if len(k.matching(s.Spec.Selector)) != 1 {
			k.t.Errorf("service %s means %d workloads", name, len(k.matching(s.Spec.Selector)))
		}
	}
	for _, i := range k.ingresses {
		for _, p := range i.Spec.Rules[0].HTTP.Paths {
			s := k.services[p.Backend.Service.Name]
			if s == nil || !slices.ContainsFunc(s.Spec.Ports, func(at port) bool { return at.Name == p.Backend.Service.Port.Name }) {
				k.t.Errorf("%s leads to %+v, which is not there", p.Path, p.Backend.Service)
			}
		}
	}
	for _, p := range k.policies {
		var ports []string
		for _, w := range k.matching(nil) {
			ports = append(ports, w.ports()...)
		}
		if len(k.matching(p.Spec.PodSelector.MatchLabels)) == 0 {
			k.t.Errorf("policy %s means no pod", p.Metadata.Name)
		}
		for _, rule := range p.Spec.Ingress {
			for _, at := range rule.Ports {
				if !slices.Contains(ports, at.Port.Value) {
					k.t.Errorf("policy %s: there is no port %s", p.Metadata.Name, at.Port.Value)
				}
			}
		}
	}
}

// inPod are the folders of a pod, as its settings name them.
var inPod = regexp.MustCompile(`"(/run/taut|/secrets)/([a-z0-9./-]+)"`)

// TestKubernetesSettings: the settings of each role can work, with the files that its
// pods have; all roles are somebody's.
func TestKubernetesSettings(t *testing.T) {
	k := readManifests(t)
	roles := map[string]bool{}
	for _, w := range k.workloads {
		role := w.Metadata.Labels["role"]
		if !slices.Contains(k.settings, role+".toml") {
			t.Fatalf("there are no settings of %s", role)
		}
		text, err := os.ReadFile(manifests + "settings/" + role + ".toml")
		if err != nil {
			t.Fatal(err)
		}
		mounted := ""
		for _, m := range w.Spec.Template.Spec.Containers[0].VolumeMounts {
			mounted += m.MountPath + "/ "
		}
		dir := t.TempDir()
		for _, file := range inPod.FindAllStringSubmatch(string(text), -1) {
			path := file[1] + "/" + file[2]
			if !strings.Contains(mounted, filepath.Dir(path)+"/ ") {
				t.Errorf("%s: %s is in no volume", role, path)
			}
			if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(path)), 0o700); err != nil {
				t.Fatal(err)
			}
			write(t, filepath.Join(dir, path), "x")
		}
		local := inPod.ReplaceAllString(strings.ReplaceAll(string(text), "POD_IP", "10.1.2.3"), `"`+dir+`$1/$2"`)
		write(t, filepath.Join(dir, "taut.toml"), local)
		c, err := config.Load(filepath.Join(dir, "taut.toml"))
		if err == nil {
			err = c.Validate()
		}
		if err != nil {
			t.Errorf("%s: %v", role, err)
		}
		if grace := w.Spec.Template.Spec.TerminationGracePeriodSeconds; float64(grace) < time.Duration(c.Drain).Seconds()+15 {
			t.Errorf("%s is killed %d s after it is told to end, before it has drained", role, grace)
		}
		for _, r := range c.Cluster.Roles {
			roles[r] = true
		}
	}
	for _, r := range (config.Cluster{}).AllRoles() {
		if !roles[r] {
			t.Errorf("nobody has the role %s", r)
		}
	}
}
