//! Resources and templates of resources: listed, matched, read.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use pulseengine_mcp_protocol::Reply;
use pulseengine_mcp_protocol::json::Writer;
use pulseengine_mcp_protocol::params::{Key, member, string};
use pulseengine_mcp_protocol::{Error, Method, match_uri};
use pulseengine_mcp_runtime::MaybeFuture;
use pulseengine_mcp_transport::Peer;

use crate::Server;
use crate::cache::Cached;
use crate::context::{Context, Target};
use crate::handler::{HandlerFuture, pending};
use crate::info::ResourceInfo;
use crate::lists::{List, Slot, write_icons, write_meta, write_names};
use crate::request::ServedCall;
use crate::service::MethodGroup;

/// Serves resources.
pub const RESOURCES: MethodGroup = MethodGroup {
    methods: &[Method::ReadResource, Method::ListResources, Method::ListResourceTemplates],
    serve: |server, call, peer| match call.method {
        Method::ReadResource => server.read_resource(call, peer),
        Method::ListResources => server.list_resources(call, peer),
        _ => MaybeFuture::Ready(server.list_templates(&call)),
    },
};

impl Server {
    fn list_fixed(&self, list: &mut List) {
        for (source, resource) in self.core().definition.resources.iter().enumerate() {
            if !resource.template {
                list.push(source, resource.uri, &resource_json(resource));
            }
        }
    }

    fn list_templates(&self, call: &ServedCall) -> Reply {
        self.with_catalog(|catalog| {
            let list = catalog.lists.list(Slot::Templates, |list| {
                for (source, resource) in self.core().definition.resources.iter().enumerate() {
                    if resource.template {
                        list.push(source, resource.uri, &resource_json(resource));
                    }
                }
            });
            self.respond_with_list(list, "resourceTemplates", Cached::Templates, call)
        })
    }

    fn read_resource(&self, call: ServedCall, peer: &Arc<Peer>) -> HandlerFuture {
        let definition = self.core().definition;
        let uri = match call.required(Key::Uri, "Invalid params: uri, a string, is required") {
            Ok(uri) => uri,
            Err(error) => return MaybeFuture::Ready(Reply::error(error)),
        };
        let same = definition.find_resource(&uri).and_then(|at| Some((at, definition.resources.get(at)?)));
        let fixed = same.filter(|(_, resource)| !resource.template);
        let found = fixed.map(|(index, resource)| (index, resource, Vec::new())).or_else(|| {
            let templates = definition.resources.iter().enumerate().filter(|(_, r)| r.template);
            templates.into_iter().find_map(|(index, resource)| {
                let variables = match_uri(resource.uri, &uri)?;
                Some((index, resource, variables.into_iter().map(Cow::into_owned).collect()))
            })
        });
        let Some((index, resource, variables)) = found else {
            return MaybeFuture::Ready(Reply::error(Error::resource_not_found(&uri, call.revision)));
        };
        let target = Target { variables, resource: Some(resource), ..Target::default() };
        let cx = Context::new(call, Arc::clone(peer), self.clone(), target);
        Arc::clone(&self.core().service).read_resource(index, cx)
    }

    /// The list of resources: those in the table, and those that templates list.
    fn list_resources(&self, call: ServedCall, peer: &Arc<Peer>) -> HandlerFuture {
        let definition = self.core().definition;
        if definition.resources.iter().all(|resource| !resource.listed) {
            return MaybeFuture::Ready(self.with_catalog(|catalog| {
                let list = catalog.lists.list(Slot::Resources, |list| self.list_fixed(list));
                self.respond_with_list(list, "resources", Cached::Resources, &call)
            }));
        }
        let (server, peer) = (self.clone(), Arc::clone(peer));
        pending(async move {
            let mut private = false;
            let mut list = List::default();
            server.list_fixed(&mut list);
            let mut known: BTreeSet<String> = list.names().map(String::from).collect();
            for (index, _) in definition.resources.iter().enumerate().filter(|(_, resource)| resource.listed)
            {
                let target = Target { resource: definition.resources.get(index), ..Target::default() };
                let cx = Context::new(call.clone(), Arc::clone(&peer), server.clone(), target);
                let service = Arc::clone(&server.core().service);
                let listed = service.list_resources(index, cx.clone()).await_value().await;
                private |= cx.is_personal();
                let lines = match listed {
                    Ok(lines) => lines,
                    Err(reply) => return reply,
                };
                for json in lines.lines() {
                    let uri = member(json, "uri").and_then(string).unwrap_or_default();
                    if known.insert(uri.clone().into_owned()) {
                        list.push(index, &uri, json);
                    }
                }
            }
            server.respond_with_listed(&list, "resources", Cached::Resources, &call, private)
        })
    }
}

fn resource_json(resource: &ResourceInfo) -> String {
    let mut w = Writer::with_capacity(256);
    w.begin_object();
    w.key(if resource.template { "uriTemplate" } else { "uri" }).string(resource.uri);
    write_names(&mut w, resource.name, resource.title, resource.description);
    if let Some(mime_type) = resource.mime_type {
        w.key("mimeType").string(mime_type);
    }
    if let Some(size) = resource.size {
        w.key("size").unsigned(size);
    }
    if !resource.audience.is_empty() || resource.priority.is_some() {
        w.key("annotations").begin_object();
        if !resource.audience.is_empty() {
            w.key("audience").begin_array();
            resource.audience.iter().for_each(|who| w.string(who));
            w.end_array();
        }
        if let Some(priority) = resource.priority {
            w.key("priority").raw(priority);
        }
        w.end_object();
    }
    write_icons(&mut w, resource.icons);
    write_meta(&mut w, resource.meta);
    w.end_object();
    w.into_text()
}
